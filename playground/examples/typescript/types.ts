export interface Item {
  readonly name: string;
  readonly count: number;
}

export interface Order {
  readonly customer: string;
  readonly items: readonly Item[];
}

export interface Receipt {
  readonly total: number;
  readonly state: 'open' | 'paid';
  readonly method?: string;
}
