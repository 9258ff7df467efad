// Loaded first into a program (`node --import`): its output, which is kept, looks like a terminal to it.
process.stdout.isTTY = true;
process.stdout.columns = 100;
