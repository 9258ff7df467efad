// npm run size: prints the size of the package and of what it installs, beside the limits. Fails if one is reached.
import { optionsOf } from "./options.mjs";
import { excesses, measureSizes, sizeReport } from "./package/size.mjs";
import { progress } from "./process.mjs";
import { setUp } from "./setup.mjs";

const USAGE = `Usage: npm run size -- [options]

Prints the size of the package and of what it installs besides Pulumi's SDK, beside the limits; fails if one is reached.

  --help   print this
`;

if (optionsOf(USAGE)) {
    await setUp({ log: progress });
    const sizes = await measureSizes();
    console.log(sizeReport(sizes));
    for (const line of excesses(sizes)) {
        progress(line);
        process.exitCode = 1;
    }
}
