import type { Fixture } from "pulumi-alicloud-app-snapshot-emulator";

import type { TestResource } from "../support/stack/test-stack";
import type { Revision } from "./revision";

/** The resource whose commands are killed. */
export interface Subject {
    /** The cloud before its first command. */
    readonly fixture: () => Fixture;
    /** All instances that any of its programs names. */
    readonly allInstanceIds: readonly string[];
    /** Returns the instances that a version of its program names. */
    readonly instanceIds: (revision: Revision) => readonly string[];
    readonly program: (revision: Revision) => TestResource[];
    /** The most instances of one run; with more, its runs would be others than those that are to be killed. */
    readonly instancesPerRun: number;
    /** Changes to the environment of its commands. */
    readonly environment: Readonly<Record<string, string>>;
}
