package dev.parallax.images;

import dev.parallax.images.StillImage.Canvas;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** The chunks of a WebP file (RFC 9649): a still image, or the first frame of an animation. */
final class WebpChunks {
  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;

  private WebpChunks() {}

  static StillImage still(FileBytes in) throws IOException {
    Optional<Canvas> canvas = Optional.empty();
    int at = FIRST_CHUNK;
    while (true) {
      int content = at + CHUNK_HEADER;
      if (in.startsWith("VP8X", at)) {
        canvas = Optional.of(new Canvas(in.u24(content + 4) + 1, in.u24(content + 7) + 1, 0, 0, 0));
      } else if (in.startsWith("ANMF", at)) {
        int x = in.u24(content) * 2;
        int y = in.u24(content + 3) * 2;
        canvas = canvas.map(c -> new Canvas(c.width(), c.height(), x, y, 0));
        at = content + FRAME_HEADER;
        continue;
      } else if (in.startsWith("VP8 ", at)) {
        return lossy(in, at, canvas);
      } else if (in.startsWith("VP8L", at)) {
        return lossless(in, at, canvas);
      }
      at = next(in, at);
    }
  }

  private static StillImage lossy(FileBytes in, int at, Optional<Canvas> canvas)
      throws IOException {
    int frame = at + CHUNK_HEADER;
    if ((in.u8(frame) & 1) != 0 || in.u24(frame + 3) != 0x2a019d) {
      throw new IOException("its pixels do not start with a key frame");
    }
    return image(in, at, in.u16(frame + 6) & 0x3fff, in.u16(frame + 8) & 0x3fff, canvas);
  }

  private static StillImage lossless(FileBytes in, int at, Optional<Canvas> canvas)
      throws IOException {
    int frame = at + CHUNK_HEADER;
    if (in.u8(frame) != 0x2f) {
      throw new IOException("its pixels do not start with a signature");
    }
    int bits = in.i32(frame + 1);
    return image(in, at, (bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1, canvas);
  }

  private static StillImage image(
      FileBytes in, int at, int width, int height, Optional<Canvas> canvas) throws IOException {
    int size = next(in, at) - at;
    ByteBuffer file = ByteBuffer.allocate(FIRST_CHUNK + size).order(ByteOrder.LITTLE_ENDIAN);
    file.put(in.bytes(), 0, 4).putInt(4 + size).put(in.bytes(), 8, 4);
    file.put(in.bytes(), at, Math.min(size, in.length() - at));
    return canvas
        .map(c -> StillImage.onCanvas(width, height, file.array(), c))
        .orElseGet(() -> StillImage.whole(width, height, file.array()));
  }

  /** Where the next chunk starts; chunks are padded to an even length, not always at the end. */
  private static int next(FileBytes in, int at) throws IOException {
    long size = Integer.toUnsignedLong(in.i32(at + 4));
    in.require(at + CHUNK_HEADER, size);
    return Math.toIntExact(at + CHUNK_HEADER + size + (size & 1));
  }
}
