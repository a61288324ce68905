package org.signonflow.rollout;

import org.junit.jupiter.api.Test;
import org.signonflow.harness.LongTexts;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whatever stands in a list, or beside it, is answered with what is wrong with it. */
class LongTextsTest {

    private final RollOutList lists = new RollOutList(new FlowChecks());

    private void refused(String list, Map<String, String> values) {
        assertThatThrownBy(() -> lists.read(new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)),
            new Settings("Long", Settings.OWN, values))).as("%.30s", list).isInstanceOf(BadList.class);
    }

    @Test
    void aListOfAnyTextIsReadOrRefused() {
        LongTexts.surviving(() -> LongTexts.all().forEach(text -> {
            refused("applicationName,policyName\n" + text + ",P", Map.of());
            refused("applicationName," + text + "\nA,P", Map.of());
            refused("[{\"applicationName\": \"" + text, Map.of());
            refused("[{\"" + text + "\": 1}]", Map.of());
        }));
    }

    @Test
    void whatHoldsForAllRowsDoesNotCostItsLengthWithEach() {
        String rows = "applicationName\n" + "A\n".repeat(10_000);
        LongTexts.surviving(() -> refused(rows, Map.of("assignmentPriority", "0".repeat(4_000_000) + ".0")));
    }
}
