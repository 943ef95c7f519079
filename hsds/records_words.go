package hsds

// Taxonomy is a list of terms.
type Taxonomy struct {
	ID          string     `hsds:"id,uuid,required"`
	Name        string     `hsds:"name,required"`
	Description string     `hsds:"description,required"`
	URI         string     `hsds:"uri,uri"`
	Version     string     `hsds:"version"`
	Metadata    []Metadata `hsds:"metadata"`
	Also        Members
}

// TaxonomyTerm is one term of a taxonomy.
type TaxonomyTerm struct {
	ID             string     `hsds:"id,uuid,required"`
	Code           string     `hsds:"code"`
	Name           string     `hsds:"name,required"`
	Description    string     `hsds:"description,required"`
	ParentID       string     `hsds:"parent_id,uuid"`
	Taxonomy       string     `hsds:"taxonomy"`
	TaxonomyDetail *Taxonomy  `hsds:"taxonomy_detail"`
	Language       string     `hsds:"language"`
	TaxonomyID     string     `hsds:"taxonomy_id,uuid"`
	TermURI        string     `hsds:"term_uri,uri"`
	Metadata       []Metadata `hsds:"metadata"`
	Also           Members
}

// Attribute says that a term holds for a record: LinkID is the record and
// LinkEntity its table. In a nested document both may stay away, since the
// record stands around it.
type Attribute struct {
	ID             string        `hsds:"id,uuid,required"`
	LinkID         string        `hsds:"link_id,uuid,table"`
	TaxonomyTermID string        `hsds:"taxonomy_term_id,uuid,table"`
	LinkType       string        `hsds:"link_type"`
	LinkEntity     string        `hsds:"link_entity,table"`
	Value          string        `hsds:"value"`
	TaxonomyTerm   *TaxonomyTerm `hsds:"taxonomy_term"`
	Metadata       []Metadata    `hsds:"metadata"`
	Label          string        `hsds:"label,3.1"`
	Also           Members
}

// Metadata is one change to a field of a record, for who wants to know where
// it came from.
type Metadata struct {
	ID               string `hsds:"id,uuid,required"`
	ResourceID       string `hsds:"resource_id,uuid,table"`
	ResourceType     string `hsds:"resource_type,table"`
	LastActionDate   string `hsds:"last_action_date,date,required"`
	LastActionType   string `hsds:"last_action_type,required"`
	FieldName        string `hsds:"field_name,required"`
	PreviousValue    string `hsds:"previous_value,required"`
	ReplacementValue string `hsds:"replacement_value,required"`
	UpdatedBy        string `hsds:"updated_by,required"`
	Also             Members
}

// MetaTableDescription says in which language and characters a table is
// written.
type MetaTableDescription struct {
	ID           string      `hsds:"id,uuid,required"`
	Name         string      `hsds:"name"`
	Language     string      `hsds:"language"`
	CharacterSet string      `hsds:"character_set"`
	Attributes   []Attribute `hsds:"attributes"`
	Metadata     []Metadata  `hsds:"metadata"`
	Also         Members
}
