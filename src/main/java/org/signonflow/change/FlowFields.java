package org.signonflow.change;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import static org.signonflow.change.Field.optional;
import static org.signonflow.change.Field.required;

/** The variables with which each flow may be started; they are also the columns of a roll-out's list. */
public final class FlowFields {

    /** The default environment, if one of that name is configured. */
    public static final String SANDBOX = "sandbox";

    private final Map<Flow, List<Field>> byFlow = new EnumMap<>(Flow.class);

    /**
     * @param environments       their aliases
     * @param approvalIsOptional whether requesters may waive the approval
     */
    public FlowFields(Collection<String> environments, boolean approvalIsOptional) {
        String[] aliases = environments.toArray(String[]::new);
        Field environment = environments.contains(SANDBOX) ? optional(FlowVariables.ENVIRONMENT, SANDBOX, Field.oneOf(aliases))
            : required(FlowVariables.ENVIRONMENT, Field.oneOf(aliases));
        List<Field> assignment = List.of(optional(FlowVariables.ASSIGNMENT_PRIORITY, "1", Field.positive()),
            optional(FlowVariables.REASON, null, Field.longText()),
            optional(FlowVariables.APPROVAL_REQUIRED, "true", approvalIsOptional ? Field.oneOf("true", "false") : Field.oneOf("true")));
        for (Flow flow : Flow.values()) {
            byFlow.put(flow, Stream.of(List.of(environment), flow.ofApplication(), flow.ofPolicy(), assignment).flatMap(List::stream)
                .toList());
        }
    }

    /** All fields of a flow. */
    public List<Field> of(Flow flow) {
        return byFlow.get(flow);
    }

    /** The field of a name; empty if the flow has none. */
    public Optional<Field> of(Flow flow, String name) {
        return of(flow).stream().filter(field -> field.name().equals(name)).findFirst();
    }

    /** The field of a name, which means the same in every flow that has it. */
    public Field any(String name) {
        return Stream.of(Flow.values()).map(flow -> of(flow, name)).flatMap(Optional::stream).findFirst().orElseThrow();
    }
}
