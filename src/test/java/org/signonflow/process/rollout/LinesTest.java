package org.signonflow.process.rollout;

import org.junit.jupiter.api.Test;
import org.signonflow.change.Field;
import org.signonflow.harness.LongTexts;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class LinesTest {

    @Test
    void anyTextIsAnsweredWithASentence() {
        Field field = Field.required("field", Lines::problem);
        LongTexts.surviving(() -> LongTexts.all().forEach(text ->
            assertThat(field.problem(text)).as("%.30s", text).startsWith("field: ").hasSizeLessThan(300)));
    }

    @Test
    void theLongestListOfLinesIsRead() {
        String longest = IntStream.rangeClosed(1, 800).mapToObj(line -> "%d".formatted(line)).collect(Collectors.joining(", "));
        assertThat(longest).hasSizeBetween(3_801, Field.LONGEST_LIST);
        LongTexts.surviving(() -> {
            assertThat(Lines.problem(longest)).isNull();
            assertThat(Lines.of(longest).contains(800)).isTrue();
            assertThat(Lines.of(longest).contains(801)).isFalse();
            assertThat(Lines.problem("1" + ",1".repeat(1_900))).as("the text that used to overflow the stack").isNull();
        });
        assertThat(Lines.problem("1,".repeat(2_001))).isEqualTo("must have at most 4,000 characters, not 4,002");
    }
}
