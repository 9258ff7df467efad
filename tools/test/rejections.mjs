// Fails the running test for an unhandled rejection, which Mocha (12.0.3) by itself ignores. Loaded by
// mocha.
process.on("unhandledRejection", (reason) => {
    throw reason;
});
