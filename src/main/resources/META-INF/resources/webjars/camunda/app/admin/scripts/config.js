// Replaces the configuration that this application comes with, which sets nothing.
import '../../welcome/scripts/log-in-elsewhere.js';

export default {};
