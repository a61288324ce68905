package org.signonflow.engine;

import org.camunda.bpm.engine.impl.cmd.GetDeployedStartFormCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.signonflow.process.request.StartForms;

import java.io.InputStream;
import java.util.function.Supplier;

/** Completes a start form from the configuration whenever it is requested. Tasklist itself passes no variables to start forms. */
final class DeployedForms extends CommandInterceptor {

    private final Supplier<StartForms> forms;

    DeployedForms(Supplier<StartForms> forms) {
        this.forms = forms;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T execute(Command<T> command) {
        T answer = next.execute(command);
        return command instanceof GetDeployedStartFormCmd ? (T) forms.get().complete((InputStream) answer) : answer;
    }
}
