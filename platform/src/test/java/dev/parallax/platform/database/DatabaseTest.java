package dev.parallax.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.platform.startup.StartupException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  private static final List<String> MIGRATIONS = List.of("db/migration/V1__jobs.sql");

  @TempDir Path directory;

  private Database open() {
    return Database.open(Database.h2Url(directory), Optional.empty(), Optional.empty(), MIGRATIONS);
  }

  private static void insert(Database database, String id) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO jobs (id, spec, state, activity, progress, error, warnings, created, result)"
              + " VALUES ('%s', '', 'QUEUED', '', 0, '', '', CURRENT_TIMESTAMP, '')".formatted(id));
    }
  }

  private static int rows(Database database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM jobs")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void h2File_keepsItsRowsAndMigratesOnce() throws Exception {
    try (Database database = open()) {
      insert(database, "a");
      assertThat(database.problem()).isEmpty();
    }
    try (Database database = open()) {
      assertThat(rows(database)).isEqualTo(1);
    }
    assertThat(directory.resolve("db.mv.db")).isRegularFile();
  }

  @Test
  void interruptedThread_doesNotCloseTheDatabase() throws Exception {
    try (Database database = open()) {
      for (int i = 0; i < 50; i++) {
        Thread.currentThread().interrupt();
        try {
          insert(database, "job-" + i);
        } catch (SQLException e) {
          assertThat(e.getMessage()).contains("nterrupt");
        }
        assertThat(Thread.interrupted()).isTrue();
      }
      insert(database, "after");
      assertThat(rows(database)).isPositive();
    }
  }

  @Test
  void lockedFile_isOneClearLine() throws Exception {
    open().close();
    Path file = directory.resolve("db.mv.db");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(this::open)
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("is in use by another process");
    }
  }

  @Test
  void damagedFile_isOneClearLine() throws Exception {
    Files.writeString(directory.resolve("db.mv.db"), "not a database");
    assertThatThrownBy(this::open)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("cannot be used")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void unknownKindOfUrl_saysWhatIsAllowed() {
    assertThatThrownBy(
            () -> Database.open("jdbc:mysql:x", Optional.empty(), Optional.empty(), MIGRATIONS))
        .hasMessage(
            "the database URL is \"jdbc:mysql:x\"; allowed: jdbc:h2:… and jdbc:postgresql:…");
  }

  @Test
  void unreachablePostgres_isOneClearLine() {
    assertThatThrownBy(
            () ->
                Database.open(
                    "jdbc:postgresql://127.0.0.1:1/none?connectTimeout=1&password=hunter2",
                    Optional.of("u"),
                    Optional.of("secret"),
                    MIGRATIONS))
        .isInstanceOf(StartupException.class)
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .contains("jdbc:postgresql://127.0.0.1:1/none")
                    .doesNotContain("\n")
                    .doesNotContain("secret")
                    .doesNotContain("hunter2"));
  }
}
