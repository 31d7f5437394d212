import { rpcBus } from "@web/core/network/rpc";
import { UPDATE_METHODS } from "@web/core/orm_service";
import { registry } from "@web/core/registry";

// Records of these models change the views of customers, which the browser keeps.
const MODELS = ["ecount.custom.field", "ecount.custom.field.clear", "ecount.required.field", "ecount.list.column"];

export const viewCacheService = {
    start() {
        rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => {
            const { model, method } = detail.data?.params || {};
            if (
                MODELS.includes(model) &&
                (UPDATE_METHODS.includes(method) || method === "web_resequence" || method.startsWith("action_"))
            ) {
                rpcBus.trigger("CLEAR-CACHES", "get_views");
            }
        });
    },
};

registry.category("services").add("ecount_view_cache", viewCacheService);
