package dev.parallax.images;

import dev.parallax.images.StillImage.Canvas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The blocks of a GIF file (GIF89a) up to the end of its first frame. */
final class GifBlocks {
  private static final int SCREEN_END = 13;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int IMAGE = 0x2c;
  private static final int TRAILER = 0x3b;

  private GifBlocks() {}

  static StillImage still(FileBytes in) throws IOException {
    int at = SCREEN_END + paletteBytes(in.u8(10));
    int transparent = 0;
    while (in.u8(at) != IMAGE) {
      if (in.u8(at) == TRAILER) {
        throw new IOException("it has no pixels");
      }
      if (in.u8(at) != EXTENSION) {
        at++;
        continue;
      }
      if (in.u8(at + 1) == GRAPHIC_CONTROL && (in.u8(at + 3) & 1) != 0) {
        transparent = in.u8(at + 6);
      }
      at = afterBlocks(in, at + 2);
    }
    return frame(in, at, transparent);
  }

  private static StillImage frame(FileBytes in, int at, int transparent) throws IOException {
    int flags = in.u8(at + 9);
    int palette = at + 10;
    int pixels = palette + paletteBytes(flags);
    int end = afterBlocks(in, pixels + 1);
    var out = new ByteArrayOutputStream(end);
    out.write(in.bytes(), 0, SCREEN_END + paletteBytes(in.u8(10)));
    out.write(in.bytes(), at, end - at);
    out.write(TRAILER);
    boolean own = paletteBytes(flags) > 0;
    int outside =
        color(in, own ? palette : SCREEN_END, paletteBytes(own ? flags : in.u8(10)), transparent);
    return StillImage.onCanvas(
        in.u16(at + 5),
        in.u16(at + 7),
        out.toByteArray(),
        new Canvas(in.u16(6), in.u16(8), in.u16(at + 1), in.u16(at + 3), outside));
  }

  private static int paletteBytes(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static int color(FileBytes in, int palette, int bytes, int index) throws IOException {
    int at = palette + 3 * index;
    return 3 * index + 3 > bytes ? 0 : (in.u8(at) << 16) | (in.u8(at + 1) << 8) | in.u8(at + 2);
  }

  private static int afterBlocks(FileBytes in, int from) throws IOException {
    int at = from;
    while (in.u8(at) != 0) {
      at += 1 + in.u8(at);
    }
    return at + 1;
  }
}
