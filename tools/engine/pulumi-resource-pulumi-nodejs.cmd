@echo off
rem The engine starts this for dynamic resources, in the program's folder. The provider itself is part of the Pulumi
rem SDK which that program has installed.
setlocal
set "provider="
for /f "delims=" %%i in ('node -p "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')"') do set "provider=%%i"
if not defined provider exit /b 1
node "%provider%" %*
