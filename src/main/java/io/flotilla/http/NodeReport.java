package io.flotilla.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * What a maintainer would ask of a node; no secret and nothing of what is stored is in it.
 *
 * @param jvm its version, options and memory
 * @param settings in effect, without secrets
 * @param files of the data directory, with their bytes
 * @param threads with their stacks
 * @param log the latest messages, the oldest first
 */
public record NodeReport(
    @JsonProperty("Version") String version,
    @JsonProperty("Jvm") Map<String, String> jvm,
    @JsonProperty("Settings") Map<String, String> settings,
    @JsonProperty("Files") Map<String, Long> files,
    @JsonProperty("Threads") List<String> threads,
    @JsonProperty("Log") List<String> log) {}
