const RATE = 8000;
const HEADER_SIZE = 44;

/** A WAV file: one second of a 440 Hz tone, 8 kHz, 16 bit, mono. */
export function toneWav(): Buffer {
  const dataSize = RATE * 2;
  const file = Buffer.alloc(HEADER_SIZE + dataSize);
  file.write("RIFF", 0, "ascii");
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8, "ascii");
  file.writeUInt32LE(16, 16); // size of the format chunk
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // channels
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28); // bytes a second
  file.writeUInt16LE(2, 32); // bytes a sample
  file.writeUInt16LE(16, 34); // bits a sample
  file.write("data", 36, "ascii");
  file.writeUInt32LE(dataSize, 40);
  for (let sample = 0; sample < RATE; sample += 1) {
    const level = Math.sin((2 * Math.PI * 440 * sample) / RATE);
    file.writeInt16LE(Math.round(level * 12_000), HEADER_SIZE + sample * 2);
  }
  return file;
}
