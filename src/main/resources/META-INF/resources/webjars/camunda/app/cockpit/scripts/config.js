// Replaces the configuration that Cockpit comes with, which sets nothing.
import '../../welcome/scripts/log-in-elsewhere.js';

// Cockpit looks for its plugins after this. These actions are disabled, whoever tries; and only administrators may read tasks, while
// everyone else would be told that there are none.
document.querySelector('base').setAttribute('cam-exclude-plugins', [
  'cockpit.processDefinition.runtime.action:update-suspension-state-action',
  'cockpit.processDefinition.runtime.action:bulk-job-definition-override-job-priority-action',
  'cockpit.jobDefinition.action:update-suspension-state',
  'cockpit.jobDefinition.action:job-definition-override-job-priority-action',
  'cockpit.processInstance.runtime.action:cancel-process-instance-action',
  'cockpit.processInstance.runtime.action:add-variable-action',
  'cockpit.processInstance.runtime.action:update-suspension-state-action',
  'cockpit.repository.deployment.action:delete-deployment',
  'cockpit.processInstance.runtime.tab:user-tasks-tab',
  'cockpit.navigation:tasks',
].join(','));

export default { customScripts: ['scripts/changes'] };
