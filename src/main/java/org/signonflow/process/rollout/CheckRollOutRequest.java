package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.BusinessKey;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.request.OpenRequests;
import org.signonflow.process.request.Requester;
import org.signonflow.rollout.BadList;
import org.signonflow.rollout.Problem;
import org.signonflow.rollout.RollOutList;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Settings;
import org.springframework.stereotype.Component;

/**
 * Validates the list and settings of a new roll-out, through whichever API it is started, and stores its rows atomically with the instance.
 */
@Component
class CheckRollOutRequest implements ExecutionListener {

    /** Tasklist shows them one after another. */
    private static final int MOST_SENTENCES = 20;

    private final RollOutList list;
    private final RollOuts rollOuts;
    private final Requester requester;
    private final OpenRequests openRequests;

    CheckRollOutRequest(RollOutList list, RollOuts rollOuts, Requester requester, OpenRequests openRequests) {
        this.list = list;
        this.rollOuts = rollOuts;
        this.requester = requester;
        this.openRequests = openRequests;
    }

    @Override
    public void notify(DelegateExecution execution) {
        if (!"StartEvent_Requested".equals(execution.getCurrentActivityId())) {
            throw new InvalidInput(List.of("startInstructions: a roll-out can only be started at its start event."));
        }
        String problem = BusinessKey.FIELD.problem(execution.getProcessBusinessKey());
        if (problem != null) {
            throw new InvalidInput(List.of(problem));
        }
        Map<String, String> values = new HashMap<>();
        execution.getVariableNames().stream().filter(name -> !name.equals(ProcessVariables.LIST))
            .forEach(name -> values.put(name, text(execution, name)));
        values.values().removeIf(Objects::isNull);
        Settings settings = new Settings(values.remove(ProcessVariables.NAME), values.remove(FlowVariables.POLICY), values);
        try (InputStream file = file(execution.getVariable(ProcessVariables.LIST))) {
            var requests = list.read(file, settings);
            // From here on, only the rows matter.
            execution.removeVariable(ProcessVariables.LIST);
            if (BusinessKey.isBlank(execution.getProcessBusinessKey())) {
                execution.setProcessBusinessKey(settings.name());
            }
            String user = requester.note(execution);
            openRequests.add(execution, user, requests.stream().map(request -> request.values().get(FlowVariables.ENVIRONMENT)).toList());
            rollOuts.add(execution.getProcessInstanceId(), settings.name(), user, values.get(FlowVariables.REASON), requests);
        } catch (BadList bad) {
            throw new InvalidInput(sentences(bad));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static InputStream file(Object variable) {
        if (variable instanceof InputStream file) {
            return file;
        }
        if (variable instanceof byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }
        throw new InvalidInput(List.of("list: is required, a CSV or JSON file."));
    }

    private static List<String> sentences(BadList bad) {
        List<String> sentences = new ArrayList<>(
            bad.problems().stream().limit(MOST_SENTENCES).map(CheckRollOutRequest::sentence).toList());
        int more = bad.more() + bad.problems().size() - sentences.size();
        if (more > 0) {
            sentences.add("And %,d more.".formatted(more));
        }
        return sentences;
    }

    /** Tasklist renders the sentence as HTML. */
    private static String sentence(Problem problem) {
        return problem.toString().replaceAll("[<>&]", "?") + (problem.reason().endsWith(".") ? "" : ".");
    }
}
