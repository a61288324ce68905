// Replaces the configuration that Cockpit comes with, which sets nothing.
export default { customScripts: ['scripts/changes'] };
