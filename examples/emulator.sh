# For a shell in the repository's folder: `. examples/emulator.sh`. Pulumi then runs programs against the emulator that
# `npm run emulator` started, and keeps its state in a temporary folder.
export ALIBABA_CLOUD_ECS_ENDPOINT=http://127.0.0.1:4566
export ALIBABA_CLOUD_ACCESS_KEY_ID=emulator ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator
export PULUMI_CONFIG_PASSPHRASE=emulator
PULUMI_BACKEND_URL="file://$(mktemp -d)"
PATH="$(npm run --silent engine):$PATH"
export PULUMI_BACKEND_URL PATH
