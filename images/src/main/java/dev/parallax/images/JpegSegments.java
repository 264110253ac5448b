package dev.parallax.images;

import dev.parallax.images.StillImage.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** The segments of a JPEG file (ITU T.81, annex B). */
final class JpegSegments {
  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int JFIF = 0xe0;
  private static final int ADOBE = 0xee;
  private static final int COMMENT = 0xfe;

  /**
   * Every scan of a progressive file costs a pass over all pixels; real ones have about ten. A
   * small file of thousands would keep a decoder busy for hours.
   */
  private static final int MAX_SCANS = 100;

  private JpegSegments() {}

  static StillImage still(FileBytes in) throws IOException {
    var out = new ByteArrayOutputStream(in.length());
    out.write(0xff);
    out.write(START_OF_IMAGE);
    int width = 0;
    int height = 0;
    int components = 0;
    int transform = 0;
    int at = 2;
    while (true) {
      at = afterNextMarker(in, at);
      int marker = in.u8(at - 1);
      if (marker == END_OF_IMAGE || marker == START_OF_IMAGE) {
        throw new IOException("it has no pixels");
      }
      int length = in.u16BigEndian(at);
      if (length < 2) {
        throw new IOException("segment " + Integer.toHexString(marker) + " has no length");
      }
      in.require(at, length);
      if (isFrame(marker)) {
        height = in.u16BigEndian(at + 3);
        width = in.u16BigEndian(at + 5);
        components = in.u8(at + 7);
      }
      if (marker == START_OF_SCAN) {
        requireFewScans(in, at);
        out.write(in.bytes(), at - 2, in.length() - at + 2);
        var samples =
            components < 4 ? Samples.COLOR_OR_GREY : transform == 2 ? Samples.YCCK : Samples.CMYK;
        return new StillImage(width, height, out.toByteArray(), samples, Optional.empty());
      }
      if (isNeeded(in, marker, at)) {
        out.write(0xff);
        out.write(in.bytes(), at - 1, length + 1);
      }
      if (marker == ADOBE && in.startsWith("Adobe", at + 2)) {
        transform = in.u8(at + 13);
      }
      at += length;
    }
  }

  private static int afterNextMarker(FileBytes in, int from) throws IOException {
    int at = from;
    do {
      while (in.u8(at) != 0xff) {
        at++;
      }
      while (in.u8(at) == 0xff) {
        at++;
      }
    } while (isBare(in.u8(at++)));
    return at;
  }

  /** Stuffing, TEM and restart markers: no segment follows. */
  private static boolean isBare(int marker) {
    return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd7);
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** Of the application segments only the two that say which colour space the samples are in. */
  private static boolean isNeeded(FileBytes in, int marker, int at) {
    return switch (marker) {
      case JFIF -> in.startsWith("JFIF\0", at + 2);
      case ADOBE -> in.startsWith("Adobe", at + 2);
      default -> marker < JFIF || (marker > 0xef && marker != COMMENT);
    };
  }

  private static void requireFewScans(FileBytes in, int from) throws IOException {
    int scans = 1;
    for (int i = from; i + 1 < in.length(); i++) {
      if (in.bytes()[i] == (byte) 0xff
          && in.bytes()[i + 1] == (byte) START_OF_SCAN
          && ++scans > MAX_SCANS) {
        throw new IOException("it has more than " + MAX_SCANS + " scans, the most allowed");
      }
    }
  }
}
