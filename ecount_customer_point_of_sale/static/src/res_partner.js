import { ResPartner } from "@point_of_sale/app/models/res_partner";
import { normalize } from "@web/core/l10n/utils";
import { patch } from "@web/core/utils/patch";

patch(ResPartner.prototype, {
    get searchString() {
        return [super.searchString, this.pos_search_words].filter(Boolean).join(" ");
    },

    exactMatch(searchWord) {
        // Who types a whole code means that customer.
        const code = normalize((this.ref || "").trim());
        return super.exactMatch(...arguments) || Boolean(code && code === searchWord);
    },
});
