export { createTelemetry, type Telemetry } from '#platform/telemetry/create-telemetry.ts';
