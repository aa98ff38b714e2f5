/** What one box may use. Sizes are bytes. */
export interface BoxLimits {
  /** Of all its processes together where there are cgroups, else of each. */
  readonly memory: number;
  readonly processes: number;
  /** Work tree and home together. */
  readonly disk: number;
  /** Each of the two folders that live in memory: /tmp and /dev/shm. */
  readonly temporary: number;
  readonly openFiles: number;
  /** Processor time of one process, in seconds. */
  readonly cpuSeconds: number;
  /** Processors it may keep busy, such as 1.5; only cgroups hold to it. */
  readonly processors: number;
  /** What is kept of one command's output in its log. */
  readonly log: number;
}

const megabyte = 1024 * 1024;

export const defaultBoxLimits: BoxLimits = {
  memory: 2048 * megabyte,
  processes: 512,
  disk: 4096 * megabyte,
  temporary: 512 * megabyte,
  openFiles: 4096,
  cpuSeconds: 1800,
  processors: 2,
  log: 16 * megabyte,
};
