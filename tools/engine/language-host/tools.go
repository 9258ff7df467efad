//go:build tools

// Package languagehost names Pulumi's host for Node.js programs, so that go.mod and go.sum pin it and
// everything it is built from.
package languagehost

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
