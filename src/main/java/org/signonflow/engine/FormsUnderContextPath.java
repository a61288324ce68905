package org.signonflow.engine;

import org.camunda.bpm.engine.delegate.Expression;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.form.FormDefinition;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;

/** Tasklist asks for a form of ours by its path at the host, and knows of no prefix. So the models, also those deployed before, name it. */
final class FormsUnderContextPath extends AbstractBpmnParseListener {

    private static final String OURS = "embedded:/";

    private final String prefix;

    /** @param prefix as {@code server.servlet.context-path} has it; empty for none */
    FormsUnderContextPath(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public void parseStartEvent(Element element, ScopeImpl scope, ActivityImpl startEvent) {
        FormDefinition form = scope instanceof ProcessDefinitionEntity process ? process.getStartFormDefinition() : null;
        Expression key = form == null ? null : form.getFormKey();
        if (key != null && key.getExpressionText().startsWith(OURS)) {
            form.setFormKey(Context.getProcessEngineConfiguration().getExpressionManager()
                .createExpression("embedded:" + prefix + key.getExpressionText().substring(OURS.length() - 1)));
        }
    }
}
