package org.signonflow.engine;

import org.camunda.bpm.engine.delegate.Expression;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.form.FormDefinition;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;

/**
 * Tasklist requests embedded forms by their absolute path, without the context path. So it is added to the form keys of all models,
 * including those deployed earlier.
 */
final class FormsUnderContextPath extends AbstractBpmnParseListener {

    private static final String OURS = "embedded:/";

    private final String prefix;

    /** @param prefix the value of {@code server.servlet.context-path}; empty for none */
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
