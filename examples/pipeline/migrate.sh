#!/usr/bin/env bash
# Migrates the database. Replace this with your own migration; $RELEASE is the release.
set -euo pipefail

echo "No migration yet for $RELEASE."
