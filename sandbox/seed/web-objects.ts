/** A stateless front end with all that belongs to it. Pure. */
import type { V1ConfigMap, V1Deployment, V1Service } from '@kubernetes/client-node';
import { resources } from '../controllers/kubernetes/resource.ts';
import type { PlacedObject } from './cluster-objects.ts';

export interface WebSpec {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly priorityClass: string;
}

export function webObjects({ namespace, name, replicas, labels, priorityClass }: WebSpec): PlacedObject[] {
  const all = { app: name, ...labels };
  const settings = `${name}-settings`;
  const configMap: V1ConfigMap = {
    metadata: { name: settings, namespace, labels: all },
    data: { 'settings.yaml': 'greeting: hello\ncurrency: EUR\n' },
  };
  const service: V1Service = {
    metadata: { name, namespace, labels: all },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
  const deployment: V1Deployment = {
    metadata: { name, namespace, labels: all },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: all },
        spec: {
          priorityClassName: priorityClass,
          containers: [
            {
              name,
              image: 'docker.io/library/nginx:1.27',
              ports: [{ name: 'http', containerPort: 8080 }],
              envFrom: [{ configMapRef: { name: settings } }],
              resources: { requests: { cpu: '50m', memory: '64Mi' } },
            },
          ],
        },
      },
    },
  };
  return [
    { resource: resources.configMaps, object: configMap },
    { resource: resources.services, object: service },
    { resource: resources.deployments, object: deployment },
  ];
}
