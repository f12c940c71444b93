declare module "dns2" {
  export interface Header {
    id: number;
    qr: number;
    aa: number;
    rd: number;
    ra: number;
    rcode: number;
  }
  export interface Question {
    name: string;
    type: number;
    class: number;
  }
  export interface Answer {
    name: string;
    type: number;
    class: number;
    ttl: number;
    address?: string;
    domain?: string;
    data?: string[];
  }
  export class Packet {
    static readonly TYPE: { readonly A: 1; readonly CNAME: 5; readonly TXT: 16 };
    static readonly CLASS: { readonly IN: 1 };
    header: Header;
    questions: Question[];
    answers: Answer[];
    constructor(header: Partial<Header>);
  }
  export interface DnsServer {
    on(event: "error", listener: (error: Error) => void): this;
    once(event: "error", listener: (error: Error) => void): this;
    listen(options: Record<"udp" | "tcp", { port: number; address: string }>): Promise<unknown>;
    close(): Promise<void>;
  }
  const dns2: {
    Packet: typeof Packet;
    createServer(options: {
      udp: true;
      tcp: true;
      handle(request: Packet, send: (response: Packet) => void): void;
    }): DnsServer;
  };
  export default dns2;
}
