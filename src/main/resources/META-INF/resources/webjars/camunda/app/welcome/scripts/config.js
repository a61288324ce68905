// Replaces the configuration that this application comes with, which sets nothing.
import './log-in-elsewhere.js';

export default {};
