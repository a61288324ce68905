package org.signonflow.process;

import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.impl.BpmnModelConstants;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.ErrorEventDefinition;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.IntermediateThrowEvent;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaExecutionListener;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaTaskListener;
import org.junit.jupiter.api.Test;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.rollout.RollOutTask;
import org.signonflow.process.step.CreatingTask;
import org.signonflow.process.step.PingOneTask;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import tools.jackson.databind.json.JsonMapper;

import java.io.InputStream;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;

import static org.assertj.core.api.Assertions.assertThat;

/** Keeps the models and the code consistent. */
class ModelsTest extends FlowTest {

    @Autowired
    ApplicationContext beans;

    /** The bean names used by the models of version 1.0. */
    private static final Set<String> KNOWN_TO_PREVIOUS_VERSION = Set.of(
        "addMfaAction", "assignAll", "assignPolicy", "checkDecision", "checkForChanges", "checkRequest", "checkRollOut",
        "checkRollOutRequest", "createAll", "createNativeApplication", "createSignOnPolicy", "deleteNativeApplication",
        "deleteSignOnPolicy", "finishAll", "grantScopes", "listResources", "listScopes", "readApplication", "remindApprovers",
        "revokeScopes", "rollOutEnded", "rowProgress", "settleUnfinishedCall", "turnToUndo", "unassignPolicy", "undoAll");

    private List<BpmnModelInstance> models() {
        List<ProcessDefinition> deployed = engine.getRepositoryService().createProcessDefinitionQuery().latestVersion().list();
        assertThat(deployed).extracting(ProcessDefinition::getKey)
            .containsExactlyInAnyOrderElementsOf(Flow.processes());
        return deployed.stream().map(definition -> engine.getRepositoryService().getBpmnModelInstance(definition.getId())).toList();
    }

    private <T extends FlowNode> List<T> all(Class<T> type) {
        return models().stream().map(model -> model.getModelElementsByType(type)).flatMap(Collection::stream).toList();
    }

    @Test
    void everyServiceTaskHasItsClass() {
        for (ServiceTask task : all(ServiceTask.class)) {
            String bean = task.getCamundaDelegateExpression().replaceAll("^\\$\\{(.+)}$", "$1");
            Object delegate = beans.getBean(bean);
            assertThat(delegate).isInstanceOf(JavaDelegate.class);
            assertThat(delegate.getClass().getSimpleName()).isEqualToIgnoringCase(bean);
            if (!task.getId().equals("Task_SettleBeforeRollBack")) {
                // The same task in several places.
                assertThat(task.getId().replaceFirst("When\\w+$", "")).isEqualTo("Task_" + delegate.getClass().getSimpleName());
            }
        }
        Set<String> used = all(ServiceTask.class).stream().map(task -> task.getCamundaDelegateExpression().replaceAll("[${}]", ""))
            .collect(Collectors.toSet());
        assertThat(used).as("no delegate without a task").isEqualTo(beans.getBeansOfType(JavaDelegate.class).keySet());
    }

    /**
     * During an update its nodes run alongside this version's, and take any job: anything they do not know would fail until it is an
     * incident.
     */
    @Test
    void everyBeanNameIsKnownToThePreviousVersion() {
        Pattern delegate = Pattern.compile("delegateExpression=\"\\$\\{(\\w+)}\"");
        // A node that does not know how to undo a completed change fails such a job, which is then retried; it deletes nothing.
        assertThat(models().stream().filter(model -> Stream.of(Flow.UNDO, Flow.UNDO_ROLL_OUT).allMatch(undo ->
            model.getModelElementById(undo) == null))
            .map(org.camunda.bpm.model.bpmn.Bpmn::convertToString)
            .flatMap(xml -> delegate.matcher(xml).results()).map(match -> match.group(1)).collect(Collectors.toSet()))
            .contains("readApplication").isSubsetOf(KNOWN_TO_PREVIOUS_VERSION);
    }

    @Test
    void everyCallToPingOneIsASavePointAndHandlesRefusal() {
        for (ServiceTask task : all(ServiceTask.class)) {
            boolean callsPingOne = beans.getBean(task.getCamundaDelegateExpression().replaceAll("[${}]", "")) instanceof PingOneTask;
            boolean undoes = callsPingOne && ((PingOneTask) beans.getBean(task.getCamundaDelegateExpression().replaceAll("[${}]", ""))).undoes();
            boolean ofRollOut = beans.getBean(task.getCamundaDelegateExpression().replaceAll("[${}]", "")) instanceof RollOutTask;
            callsPingOne |= task.getId().equals("Task_CheckRollOut");
            // A compensation handler runs in the transaction of the event that throws it.
            assertThat(task.isCamundaAsyncBefore()).as(task.getId())
                .isEqualTo(callsPingOne && !task.isForCompensation() || ofRollOut);
            boolean refusable = all(BoundaryEvent.class).stream().anyMatch(event -> event.getAttachedTo().equals(task)
                && event.getEventDefinitions().stream().anyMatch(ErrorEventDefinition.class::isInstance));
            // The roll-out's own error boundary event is on the sub-process. In an undo the approvers may have to be asked again.
            assertThat(refusable).as(task.getId()).isEqualTo(callsPingOne && !task.getId().equals("Task_CheckRollOut")
                && (!undoes || isOf(task, Flow.UNDO) && !isAssignedAgain(task)));
        }
        assertThat(all(IntermediateThrowEvent.class).stream().filter(event -> event.getId().startsWith("Event_Undo")))
            .hasSize(8).allMatch(FlowNode::isCamundaAsyncBefore)
            .allSatisfy(event -> assertThat(event.getExtensionElements().getElementsQuery().filterByType(CamundaExecutionListener.class)
                .list()).as("takes the permits for those that it starts").singleElement().satisfies(listener -> {
                    assertThat(listener.getCamundaEvent()).isEqualTo("start");
                    assertThat(listener.getCamundaDelegateExpression()).isEqualTo("${turnToUndo}");
                }));
    }

    /** Then an undo ends, and nobody could be asked. */
    private static boolean isAssignedAgain(ServiceTask task) {
        return task.getCamundaDelegateExpression().equals("${assignPolicyAgain}");
    }

    private static boolean isOf(FlowNode node, String process) {
        return node.getModelInstance().getModelElementById(process) != null;
    }

    @Test
    void everyCreatingTaskIsUndoneItselfOrWithItsParent() {
        Set<String> compensated = all(BoundaryEvent.class).stream().filter(event -> event.getId().endsWith("Undone"))
            .map(event -> event.getAttachedTo().getId()).collect(Collectors.toSet());
        Set<String> creating = beans.getBeansOfType(CreatingTask.class).values().stream().map(CreatingTask::taskId)
            .collect(Collectors.toCollection(TreeSet::new));
        creating.removeAll(compensated);
        // An action is deleted with its policy. In a single flow nothing follows the assignment.
        assertThat(creating).containsExactly("Task_AddMfaAction");
    }

    @Test
    void everyVariableInAModelOrFormIsKnown() throws Exception {
        Set<String> known = Stream.of(ProcessVariables.class, FlowVariables.class)
            .flatMap(names -> Arrays.stream(names.getDeclaredFields())).map(ModelsTest::value).collect(Collectors.toSet());
        Pattern named = Pattern.compile("\\$\\{!?(\\w+)(?= ?[=}])|setVariable\\('(\\w+)'|errorMessageVariable=\"(\\w+)\"");
        for (BpmnModelInstance model : models()) {
            String xml = org.camunda.bpm.model.bpmn.Bpmn.convertToString(model);
            Set<String> names = named.matcher(xml).results()
                .flatMap(match -> Stream.of(match.group(1), match.group(2), match.group(3))).filter(name -> name != null)
                .filter(name -> !beans.containsBean(name)).collect(Collectors.toSet());
            assertThat(names).contains("outcome").isSubsetOf(known);
        }
        for (String form : List.of("configure-mfa-sign-on", "configure-passwordless-sign-on", "undo-sign-on", "approve-assignment",
            "approve-roll-out", "approve-undo", "approve-undo-of-roll-out", "undo-roll-out")) {
            var components = JsonMapper.shared()
                .readTree(getClass().getResourceAsStream("/bpmn/" + form + ".form")).get("components");
            components.forEach(component -> {
                if (component.has("key")) {
                    assertThat(known).contains(component.get("key").asString());
                }
            });
        }
    }

    @Test
    void formsAreDeployedWithTheirModels() {
        for (ProcessDefinition definition : engine.getRepositoryService().createProcessDefinitionQuery().list()) {
            switch (definition.getKey()) {
                case "roll-out-sign-on" -> assertThat(getClass().getResource("/static"
                    + engine.getFormService().getStartFormData(definition.getId()).getFormKey().replace("embedded:", ""))).isNotNull();
                case "roll-out-application" -> assertThat(definition.hasStartFormKey()).isFalse();
                default -> assertThat(engine.getFormService().getDeployedStartForm(definition.getId())).isNotEmpty();
            }
        }
        Map<String, String> forms = Map.of("Task_ApproveRollOut", "approve-roll-out", "Task_ApproveUndo", "approve-undo",
            "Task_ApproveAssignment", "approve-assignment");
        assertThat(all(UserTask.class)).hasSize(5).allSatisfy(task -> {
            assertThat(task.getCamundaFormRef()).isIn(forms.get(task.getId()), "approve-undo-of-roll-out");
            assertThat(task.getCamundaCandidateGroupsList()).containsExactly("sign-on-approvers");
        });
    }

    /** Whatever the API: no decision and no start without a check. */
    @Test
    void everyDecisionAndEveryStartIsChecked() {
        for (UserTask task : all(UserTask.class)) {
            Map<String, String> listeners = task.getExtensionElements().getElementsQuery().filterByType(CamundaTaskListener.class).list()
                .stream().collect(Collectors.toMap(CamundaTaskListener::getCamundaEvent,
                    listener -> String.valueOf(listener.getCamundaDelegateExpression())));
            assertThat(listeners).as(task.getId()).isEqualTo(Map.of("assignment", "${checkDecision}", "complete", "${checkDecision}"));
            assertThat(task.getCamundaCandidateGroups()).isEqualTo("sign-on-approvers");
            assertThat(Stream.of("assignee", "candidateUsers").map(name -> task.getAttributeValueNs(
                "http://camunda.org/schema/1.0/bpmn", name))).as("nobody else").containsOnlyNulls();
        }
        Map<String, String> starts = new TreeMap<>();
        for (BpmnModelInstance model : models()) {
            for (Process process : model.getModelElementsByType(Process.class)) {
                starts.put(process.getId(), process.getExtensionElements().getElementsQuery().filterByType(CamundaExecutionListener.class)
                    .list().stream().filter(listener -> listener.getCamundaEvent().equals("start"))
                    .map(CamundaExecutionListener::getCamundaDelegateExpression).collect(Collectors.joining(" ")));
                assertThat(process.getFlowElements().stream().filter(StartEvent.class::isInstance).map(StartEvent.class::cast))
                    .as("no other way to start").singleElement()
                    .satisfies(start -> assertThat(start.getEventDefinitions()).isEmpty());
            }
        }
        assertThat(starts).isEqualTo(Map.of("configure-mfa-sign-on", "${checkRequest}", "configure-passwordless-sign-on",
            "${checkRequest}", "roll-out-sign-on", "${checkRollOutRequest}", "roll-out-application", "${rowProgress}",
            "undo-sign-on", "${checkUndoRequest} ${rowProgress}", "undo-roll-out", "${checkRollOutUndoRequest}"));
    }

    /**
     * Flows differ in what {@link Flow} says about them and in the tasks for their application. Everything else is the same in each model,
     * where it has to be repeated since each model is read, and changed, on its own.
     */
    @Test
    void sharedPartsOfTheFlowsAreIdentical() throws Exception {
        Map<String, String> one = elements(Flow.CONFIGURE_MFA_SIGN_ON);
        Map<String, String> other = elements(Flow.CONFIGURE_PASSWORDLESS_SIGN_ON);
        Set<String> shared = new TreeSet<>(one.keySet());
        shared.retainAll(other.keySet());
        assertThat(Stream.of(one, other).map(Map::keySet).flatMap(Set::stream)).filteredOn(id -> !shared.contains(id)).isNotEmpty()
            .allMatch(id -> id.matches("\\w+(NativeApplication|ReadApplication|GrantScopes|RevokeScopes|ListResources|ListScopes)\\w*"));
        // What comes before the policy depends on the application.
        shared.remove("Flow_ToCreateSignOnPolicy");
        for (String id : shared) {
            assertThat(one.get(id)).as(id).isEqualTo(other.get(id));
        }
    }

    /** The elements of the model by id, without what the flow says about itself, and the sequence flows to and from them. */
    private static Map<String, String> elements(Flow flow) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document model;
        try (InputStream file = ModelsTest.class.getResourceAsStream("/bpmn/" + flow.key() + ".bpmn")) {
            model = factory.newDocumentBuilder().parse(file);
        }
        Transformer writer = TransformerFactory.newInstance().newTransformer();
        Map<String, String> elements = new TreeMap<>();
        NodeList all = model.getElementsByTagNameNS(BpmnModelConstants.BPMN20_NS, "*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            boolean isProcess = element.getLocalName().equals("process");
            if (element.hasAttribute("id") && !element.getLocalName().equals("definitions")) {
                StringWriter text = new StringWriter();
                // Only the listeners of the process.
                writer.transform(new DOMSource(isProcess ? element.getElementsByTagName("extensionElements").item(0) : element),
                    new StreamResult(text));
                elements.put(isProcess ? "process" : element.getAttribute("id"), text.toString()
                    .replaceAll("<(incoming|outgoing)>\\w+</\\1>", "").replaceAll("\\s+", " ").replace(flow.key(), "the flow")
                    .replace("\"actionPriority\">" + flow.actionPriority(), "\"actionPriority\">as the flow says")
                    .replace("\"enrolsApplication\">" + flow.enrolsApplication(), "\"enrolsApplication\">as the flow says"));
            }
        }
        return elements;
    }

    @Test
    void historyIsCleanedUp() {
        assertThat(engine.getHistoryService().findHistoryCleanupJobs()).isNotEmpty();
        assertThat(engine.getRepositoryService().createProcessDefinitionQuery().list())
            .allMatch(definition -> definition.getHistoryTimeToLive() == 180);
    }

    private static String value(Field field) {
        try {
            field.setAccessible(true);
            return String.valueOf(field.get(null));
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
