package dev.parallax.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SystemJpegTest {
  @Test
  void aSystemWithoutTheLibrary_readsWithTheJdk() {
    assertThat(TurboJpeg.find("libturbojpeg-that-nobody-has.so.0")).isEmpty();
    assertThat(SystemJpeg.description(Optional.empty())).isEqualTo("JPEG: the JDK's");
  }

  @Test
  void aLibraryOfAnotherKind_doesNotCount() {
    assertThat(TurboJpeg.find("libc.so.6")).isEmpty();
  }

  @Test
  void theSetting_switchesTheLibraryOff() {
    assertThat(SystemJpeg.allowed("jdk")).isEmpty();
    assertThat(SystemJpeg.allowed("auto")).isEqualTo(SystemJpeg.allowed(null));
    assertThat(SystemJpeg.allowed(" ")).isEqualTo(SystemJpeg.allowed(null));
    assertThatThrownBy(() -> SystemJpeg.allowed("turbo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parallax.jpeg (PARALLAX_JPEG) is turbo; allowed: auto, jdk");
  }

  @Test
  void theDescription_namesTheLibraryAndItsRelease() {
    SystemJpeg.allowed("auto")
        .ifPresent(
            library ->
                assertThat(SystemJpeg.description(Optional.of(library)))
                    .matches("JPEG: libjpeg-turbo [23] \\(libturbojpeg\\.so\\.0\\)"));
    assertThat(ImageDecoder.jpegDecoder()).startsWith("JPEG: ");
  }
}
