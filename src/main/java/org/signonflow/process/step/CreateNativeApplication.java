package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Candidate;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.NativeApplication;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Objects;

import static org.signonflow.process.ProcessVariables.list;
import static org.signonflow.process.ProcessVariables.text;

/** Creates the native OpenID Connect application. Names are not unique in PingOne, so it carries the instance id as its reference. */
@Component
class CreateNativeApplication extends CreatingTask {

    CreateNativeApplication(PingOneAccess access) {
        super(access, Kind.APPLICATION, FlowVariables.APPLICATION_ID);
    }

    @Override
    Creation creation(VariableScope variables) {
        String name = text(variables, FlowVariables.APPLICATION_NAME);
        String bundleId = text(variables, FlowVariables.BUNDLE_ID);
        return new Creation() {
            @Override
            public String naturalKey() {
                return "application " + name;
            }

            @Override
            public CreateRequest request(String reference) {
                return CreateRequest.of(new NativeApplication(name, text(variables, FlowVariables.APPLICATION_DESCRIPTION),
                    list(variables, FlowVariables.REDIRECT_URIS), bundleId, text(variables, FlowVariables.PACKAGE_NAME), reference));
            }

            @Override
            public List<Candidate> candidates(PingOneClient pingone, String reference) {
                return pingone.listApplications().stream()
                    .filter(found -> name.equals(found.name()) && Objects.equals(bundleId, found.bundleId()))
                    .filter(found -> found.externalId() == null || found.externalId().equals(reference))
                    .map(this::candidate).toList();
            }

            private Candidate candidate(Application found) {
                return found.externalId() == null ? Candidate.doubtful(found.id(), found.createdAt()) : Candidate.certain(found.id());
            }
        };
    }
}
