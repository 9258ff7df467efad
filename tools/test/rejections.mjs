// A rejection that nobody handles fails the test that runs. Mocha (12.0.3) by itself takes no notice of it. Loaded by
// mocha.
process.on("unhandledRejection", (reason) => {
    throw reason;
});
