import sharp from 'sharp';
import type { AigcMetadata } from '../label/ai-label.ts';
import { labelXmp } from '../label/label-carriers.ts';

/** The image with the metadata in its XMP packet. PNG, JPEG or WebP; the format stays. */
export async function labelImage(image: Uint8Array, aigc: AigcMetadata): Promise<Buffer> {
  return sharp(image).withXmp(labelXmp(aigc)).toBuffer();
}
