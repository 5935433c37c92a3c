/** How a simulated device starts. */
export interface DeviceOptions {
  /** Told what the device does, such as "pauses Paper Harbour". */
  readonly tell?: (words: string) => void;
}
