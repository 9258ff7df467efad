/**
 * The manner in which shell commands run: each on each instance in a shell, or once in a shell for all instances of a
 * RunCommand as far as they cannot tell the difference, which spares this machine thousands of processes.
 */
export type CommandExecution = "executed" | "sampled";
