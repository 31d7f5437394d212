import { roundPrecision } from "@web/core/utils/numbers";

/**
 * The rules of one owner: a customer, a delivery address, a customer group, or a pricelist on which their rules are
 * based. First match first, as the server sorted them.
 */
class PriceSource {
    constructor({ version, rules }) {
        this.version = version;
        this.byProduct = new Map();
        this.general = [];
        rules.forEach((rule, rank) => {
            rule.rank = rank;
            if (rule.product_id || rule.product_tmpl_id) {
                const key = rule.product_id ? `variant ${rule.product_id}` : `template ${rule.product_tmpl_id}`;
                this.byProduct.set(key, [...(this.byProduct.get(key) || []), rule]);
            } else {
                this.general.push(rule);
            }
        });
    }

    /** Return the first rule for a product and quantity that holds now, if any. */
    findRule({ template, variant, quantity }) {
        const now = luxon.DateTime.utc().toFormat("yyyy-MM-dd HH:mm:ss");
        return [
            ...((variant && this.byProduct.get(`variant ${variant.id}`)) || []),
            ...(this.byProduct.get(`template ${template.id}`) || []),
            ...this.general.filter(
                (rule) => !rule.categ_id || template.parentCategories.includes(rule.categ_id)
            ),
        ]
            .filter(
                (rule) =>
                    (!rule.min_quantity || rule.min_quantity <= quantity) &&
                    (!rule.date_start || rule.date_start <= now) &&
                    (!rule.date_end || rule.date_end >= now)
            )
            .sort((a, b) => a.rank - b.rank)[0];
    }
}

/**
 * The special prices and discount rates of the customers chosen in this session. Prices that the server did not tell
 * (no connection) are absent, and the pricelist's hold.
 */
export class PriceBook {
    constructor(getSelectedOrder) {
        this.getSelectedOrder = getSelectedOrder;
        this.sources = {};
        this.customers = {};
        this.order = null;
    }

    /** Keep what `res.partner.get_pos_special_prices` returned. */
    add(partner, { sources, ...terms }) {
        for (const key in sources) {
            this.sources[key] = new PriceSource(sources[key]);
        }
        this.customers[partner.id] = terms;
    }

    has(partner) {
        return partner.id in this.customers;
    }

    get versions() {
        return Object.fromEntries(
            Object.entries(this.sources).map(([key, source]) => [key, source.version])
        );
    }

    /** Price for the customer of an order, which need not be the selected one. */
    forOrder(order, callback) {
        const former = this.order;
        this.order = order;
        try {
            return callback();
        } finally {
            this.order = former;
        }
    }

    getTerms(order) {
        const partner = (order || this.order || this.getSelectedOrder())?.partner_id;
        return partner && this.customers[partner.id];
    }

    /** Return the key of who has a special price for `{template, variant, quantity}`, if any. */
    findSpecialOwner(terms, request) {
        return terms.owners.find((owner) => this.sources[owner]?.findRule(request));
    }

    /** Return the special price rule of the customer for `{template, variant, quantity}`, if any. */
    findSpecialRule(terms, request) {
        return this.sources[this.findSpecialOwner(terms, request)]?.findRule(request);
    }

    /** The discount rate of the customer (percent) on a product that no special price makes cheaper, else 0. */
    getDiscountRate(terms, request, pricelist) {
        if (!terms.discount_rate) {
            return 0;
        }
        if (this.findSpecialRule(terms, request)) {
            return terms.discount_on_special_prices ? terms.discount_rate : 0;
        }
        const isTwice = !terms.discount_on_top && givesPercentage(pricelist, request);
        return isTwice ? 0 : terms.discount_rate;
    }

    /** Compute a price by a rule of the server: the port of `product.pricelist.item._compute_price`. */
    computePrice(rule, request) {
        let price = request.listPrice;
        if (rule?.base === "pricelist") {
            const source = this.sources[`product.pricelist,${rule.base_pricelist_id}`];
            price = this.computePrice(source?.findRule(request), request);
        } else if (rule?.base === "standard_price") {
            price = request.standardPrice;
        }
        if (rule?.compute_price === "fixed") {
            return rule.fixed_price || 0;
        }
        if (rule?.compute_price === "percentage") {
            return price * (1 - (rule.percent_price || 0) / 100);
        }
        if (rule?.compute_price === "formula") {
            return applyFormula(rule, price);
        }
        return price;
    }
}

function applyFormula(rule, base) {
    let price = base * (1 - (rule.discount || 0) / 100);
    if (rule.price_round) {
        price = roundPrecision(price, rule.price_round);
    }
    price += rule.price_surcharge || 0;
    if (rule.price_min_margin) {
        price = Math.max(price, base + rule.price_min_margin);
    }
    if (rule.price_max_margin) {
        price = Math.min(price, base + rule.price_max_margin);
    }
    return price;
}

/** Whether a pricelist gives a percentage on a product: a discount rate does not come on top by itself. */
function givesPercentage(pricelist, { template, variant, quantity }) {
    if (!pricelist) {
        return false;
    }
    const ofPricelist = (rules) =>
        rules
            .filter((rule) => rule.pricelist_id?.id === pricelist.id)
            .sort((a, b) => b.min_quantity - a.min_quantity);
    const general = template.models["product.pricelist.item"].readMany(
        pricelist.getGeneralRulesIdsByCategories(template.parentCategories)
    );
    const ofVariant = variant?.backLink("<-product.pricelist.item.product_id") || [];
    const ofTemplate = template.backLink("<-product.pricelist.item.product_tmpl_id") || [];
    const rule = [
        ...ofPricelist(ofVariant),
        ...ofPricelist(ofTemplate.filter((other) => !other.product_id)),
        ...general,
    ].find((other) => !other.min_quantity || other.min_quantity <= quantity);
    if (rule?.compute_price !== "percentage") {
        return false;
    }
    return (
        Boolean(rule.percent_price) ||
        (rule.base === "pricelist" &&
            givesPercentage(rule.base_pricelist_id, { template, variant, quantity }))
    );
}
