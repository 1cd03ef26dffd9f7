package io.resilientstorage.server.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Flattens YAML: {@code backends: {redis: {priority: 1}}} becomes {@code backends.redis.priority=1}. */
final class YamlSettings {

    private YamlSettings() {}

    static Map<String, String> flatten(Path file, String text) {
        YAMLMapper mapper = YAMLMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        JsonNode root;
        try {
            root = mapper.readTree(text);
        } catch (JacksonException e) {
            throw ConfigFile.bad(
                    file,
                    "is no YAML file: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        if (!root.isMissingNode() && !root.isNull()) {
            collect(file, "", root, settings);
        }
        return settings;
    }

    private static void collect(Path file, String name, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.propertyStream()
                    .forEach(entry -> collect(
                            file,
                            name.isEmpty() ? entry.getKey() : name + "." + entry.getKey(),
                            entry.getValue(),
                            into));
        } else if (name.isEmpty() || node.isArray() || node.isNull()) {
            throw ConfigFile.bad(
                    file,
                    (name.isEmpty() ? "" : "has at '" + name + "' no plain value, and ") + "must be names with values");
        } else {
            into.put(name, node.asString());
        }
    }
}
