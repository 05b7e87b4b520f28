/** The classes around bytes that tenant code finds: fetch, streams, encoding, compression, blobs, forms. */
import { Blob, File } from "./blob";
import { CompressionStream, DecompressionStream } from "./compression";
import { TextEncoder } from "./encoding";
import { TextDecoderStream, TextEncoderStream } from "./encoding_streams";
import { FormData } from "./form_data";
import { Headers } from "./headers";
import { FixedLengthStream, IdentityTransformStream } from "./identity_stream";
import { Request } from "./request";
import { Response } from "./response";
import { STREAM_CLASSES } from "./streams";
import { TextDecoder } from "./text_decoder";

export const BYTE_CLASSES = {
  ...STREAM_CLASSES,
  Blob,
  CompressionStream,
  DecompressionStream,
  File,
  FixedLengthStream,
  FormData,
  Headers,
  IdentityTransformStream,
  Request,
  Response,
  TextDecoder,
  TextDecoderStream,
  TextEncoder,
  TextEncoderStream,
};
