package org.signonflow.rollout;

import org.junit.jupiter.api.Test;
import org.signonflow.change.FlowFields;
import org.signonflow.harness.LongTexts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Any text as a list, or next to it, is either read or answered with its errors. */
class LongTextsTest {

    private final RollOutList lists = new RollOutList(new FlowFields(List.of("production", "sandbox"), true));

    private String answer(String list, Map<String, String> values) {
        try {
            return "%d rows".formatted(lists.read(new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)),
                new Settings("Long", Settings.OWN, values)).size());
        } catch (BadList bad) {
            return bad.getMessage();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void anyTextIsReadOrRefusedAsAList() {
        LongTexts.surviving(() -> LongTexts.all().forEach(text -> {
            for (String list : new String[] {"applicationName,policyName\n" + text + ",P", "applicationName," + text + "\nA,P",
                "[{\"applicationName\": \"" + text, "[{\"" + text + "\": 1}]"}) {
                assertThat(answer(list, Map.of())).isNotBlank().hasSizeLessThan(5_000);
            }
        }));
    }

    @Test
    void settingsForAllRowsAreNotCopiedIntoEach() {
        String rows = "applicationName\n" + "A\n".repeat(10_000);
        LongTexts.surviving(() -> assertThat(answer(rows, Map.of("assignmentPriority", "0".repeat(4_000_000) + ".0")))
            .startsWith("assignmentPriority: must have at most 4,000 characters"));
    }
}
