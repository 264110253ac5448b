package dev.parallax.images;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** Readers of image files. Made anew for each: keeping them saves nothing that can be measured. */
final class Readers {
  private Readers() {}

  /** Named explicitly where the reader is not the JDK's, so that no class-path scan decides. */
  static ImageReader of(ImageFormat format) throws IOException {
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
