package dev.parallax.platform.jobs;

import java.util.List;

/**
 * Some jobs, newest first.
 *
 * @param nextPageToken asks for what follows; empty when nothing does
 */
public record Page(List<Job> jobs, String nextPageToken) {
  public Page {
    jobs = List.copyOf(jobs);
  }
}
