package dev.parallax.images;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * Readers that are used again: looking one up and creating it takes longer than decoding a 32x32
 * image. No more are kept than threads can decode at a time.
 *
 * <p>Thread-safe.
 */
final class Readers {
  private static final int KEPT = Runtime.getRuntime().availableProcessors();

  private final Map<ImageFormat, BlockingQueue<ImageReader>> idle =
      new EnumMap<>(ImageFormat.class);

  Readers() {
    for (ImageFormat format : ImageFormat.values()) {
      idle.put(format, new ArrayBlockingQueue<>(KEPT));
    }
  }

  /** A reader that is the caller's until it is given back or disposed of. */
  ImageReader take(ImageFormat format) throws IOException {
    ImageReader reader = idle.get(format).poll();
    return reader == null ? create(format) : reader;
  }

  /** Takes back a reader that has read a whole image; any other is better disposed of. */
  void giveBack(ImageFormat format, ImageReader reader) {
    reader.reset();
    if (!idle.get(format).offer(reader)) {
      reader.dispose();
    }
  }

  /** Named explicitly where the reader is not the JDK's, so that no class-path scan decides. */
  private static ImageReader create(ImageFormat format) throws IOException {
    if (format == ImageFormat.WEBP) {
      return new WebPImageReaderSpi().createReaderInstance(null);
    }
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.name());
    if (!readers.hasNext()) {
      throw new IOException("this Java runtime cannot read " + format);
    }
    return readers.next();
  }
}
