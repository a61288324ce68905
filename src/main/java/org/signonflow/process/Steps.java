package org.signonflow.process;

import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.signonflow.change.Flow;
import org.springframework.stereotype.Component;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The steps of the models that are jobs, and so can fail. */
@Component
public class Steps {

    private final RepositoryService repository;

    Steps(RepositoryService repository) {
        this.repository = repository;
    }

    /** Their ids in the models. */
    public SortedSet<String> all() {
        return repository.createProcessDefinitionQuery().processDefinitionKeyIn(Flow.processes().toArray(String[]::new)).latestVersion()
            .list().stream().map(process -> repository.getBpmnModelInstance(process.getId()))
            .flatMap(model -> model.getModelElementsByType(FlowNode.class).stream()).filter(FlowNode::isCamundaAsyncBefore)
            .map(FlowNode::getId).collect(Collectors.toCollection(TreeSet::new));
    }
}
