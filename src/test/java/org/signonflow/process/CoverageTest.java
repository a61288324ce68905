package org.signonflow.process;

import org.camunda.community.process_test_coverage.spring_test.platform7.ProcessEngineCoverageTestExecutionListener;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;

/** Spring ignores a listener that it cannot instantiate, and then nothing asserts that a model was fully covered. */
class CoverageTest {

    @ParameterizedTest
    @ValueSource(classes = {ConfigureMfaSignOnTest.class, ConfigurePasswordlessSignOnTest.class, RollOutTest.class,
        UndoSignOnTest.class, UndoRollOutTest.class})
    void isAssertedAtTheEnd(Class<?> flow) {
        assertThat(new TestContextManager(flow).getTestExecutionListeners())
            .hasAtLeastOneElementOfType(ProcessEngineCoverageTestExecutionListener.class);
    }
}
