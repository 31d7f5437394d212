import { patch } from "@web/core/utils/patch";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";

const VIEWS = {
    list_view_ref: "ecount_customer.res_partner_view_list_customer",
    search_view_ref: "ecount_customer.res_partner_view_search_customer",
};

// "Search more" of a customer or vendor, on whatever document, finds by group and shows the tree of groups.
patch(SelectCreateDialog.prototype, {
    get viewProps() {
        const props = super.viewProps;
        if (props.resModel === "res.partner" && !props.context?.search_view_ref && !props.searchViewId) {
            props.context = { ...VIEWS, ...props.context };
            props.display = { ...props.display, searchPanel: !this.env.isSmall };
        }
        return props;
    },
});
