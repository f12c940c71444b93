/** Where the load balancer finds the application on its instances, by TLS. */
export const APPLICATION_PORT = 5000;
export const HTTPS_PORT = 443;
export const HTTP_PORT = 80;
export const POSTGRES_PORT = 5432;
/** Asked by the load balancer, and by who deploys. */
export const HEALTH_PATH = "/api/health";
